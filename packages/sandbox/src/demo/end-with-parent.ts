/**
 * Ends this process when the one that started it is gone, however that one ended. Loaded into a child by
 * `node --import`; the channel to the parent closes even after `kill -9`, which no signal handler can promise.
 */
if (process.channel !== undefined) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // Listening alone must not keep a process alive that has nothing left to do.
  process.channel.unref()
}

import { crc32, deflateSync } from 'node:zlib'

const SIDE = 240

/** A small PNG of a flower, drawn by arithmetic: a picture that belongs to nobody, for people to send. */
export function bouquetPicture(): Uint8Array {
  const rows: number[] = []
  for (let y = 0; y < SIDE; y++) {
    rows.push(0)
    for (let x = 0; x < SIDE; x++) rows.push(...colourAt(x - SIDE / 2, y - SIDE / 2))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIDE, 0)
  header.writeUInt32BE(SIDE, 4)
  // 8 bits a channel, RGB, no interlacing.
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function colourAt(x: number, y: number): readonly [number, number, number] {
  const radius = Math.hypot(x, y)
  const edge = 62 + 34 * Math.cos(6 * Math.atan2(y, x))
  if (radius < 22) return [240, 162, 2]
  if (radius < edge) return [224 - Math.round(radius / 2), 87, 128]
  return [251, 239, 243]
}

/** Source: PNG specification, "Chunk layout": length, type, data, CRC of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.byteLength)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

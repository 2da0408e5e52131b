/**
 * Headers under which a file somebody sent is given out: always a download, never guessed, able to run nothing.
 * Source: RFC 6266 §4.1, RFC 8187 §3.2 for names beyond ASCII.
 */
export function fileHeaders(
  file: { readonly name: string; readonly mime: string },
  sizeBytes: number,
): Record<string, string> {
  const plain = file.name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const full = encodeURIComponent(file.name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    'content-type': file.mime,
    'content-length': String(sizeBytes),
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${full}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=3600',
  }
}

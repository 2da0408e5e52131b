import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Bundles the widget into one classic script that any site can load.
 * @param outfile where it goes; left out = it is only returned
 * @returns the script's bytes.
 */
export async function buildWidget(outfile?: string): Promise<Uint8Array> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [here('src/main.ts')],
    tsconfig: here('tsconfig.json'),
    outfile: outfile ?? here('dist/widget.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    // What 95 of 100 visitors' browsers run; newer syntax is rewritten, newer functions are not used.
    target: ['es2020'],
    charset: 'utf8',
    legalComments: 'none',
    write: outfile !== undefined,
    metafile: false,
    ...(outfile === undefined ? {} : { banner: { js: '/*! Trunkline chat, MIT; includes Preact, MIT */' } }),
  })
  return outputFiles?.[0]?.contents ?? new Uint8Array()
}

// Libraries to be preloaded into Redis or a gateway: compiled from the C files of this folder when a fault needs them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../lib/children.mjs';

/** Compiles NAME.c into `folder`; gives the library's path. */
export async function compilePreload(name, folder) {
  const library = join(folder, `${name}.so`);
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const { code, stderr } = await run('cc', ['-std=c17', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-pthread', '-o', library, source, '-ldl']);
  if (code !== 0) throw new Error(`${name}.c: ${stderr}`);
  return library;
}

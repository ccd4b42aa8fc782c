import { readFile, rm, writeFile } from 'node:fs/promises'
import { AppError } from '../../errors.ts'

/**
 * Keeps a second process off the embedded database: two would destroy it. The file beside the directory holds the process id; one that
 * a killed process left behind is taken over. Throws `bad-settings` when the other process lives.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = `${directory}.lock`
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' })
      return () => rm(file, { force: true })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      const holder = Number(await readFile(file, 'utf8').catch(() => '0'))
      if (isOther(holder)) {
        const message = `process ${holder} uses the embedded database in ${directory}; stop it, or set DATABASE_URL to run more than one`
        throw new AppError('bad-settings', message)
      }
      await rm(file, { force: true })
    }
  }
  throw new AppError(
    'bad-settings',
    `another process starts on the embedded database in ${directory} at the same moment`,
  )
}

/** In a container every process has the same small ids: our own id in the file is a predecessor's. */
function isOther(holder: number): boolean {
  if (!Number.isInteger(holder) || holder <= 0 || holder === process.pid) return false
  try {
    process.kill(holder, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

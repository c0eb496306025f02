/** Whether files or modules are missing, by what a program printed. Pure. */
import { isModuleMissing } from './missing-code.ts';

/** Files that many repositories leave out of git: packages that are installed, what a build makes, and settings. */
const LEFT_OUT =
  /node_modules|\.env\b|\bvendor\b|\bdist\b|\bbuild\b|\btarget\b|\bvenv\b|\bout\b|generated/;
const NO_FILE =
  /ENOENT|no such file|cannot open|not found|does not exist|could not read|could not find (a|the|your) (\w+ )?build\b/i;

export function isFileMissing(output: string): boolean {
  return (
    isModuleMissing(output) ||
    output.split('\n').some((line) => NO_FILE.test(line) && LEFT_OUT.test(line))
  );
}

/**
 * The directory that relative paths of the user are taken from: `cwd`, but with `npm start` the one
 * npm was called in, as npm itself goes to the root of the checkout.
 */
export function workingDirectory(environment: NodeJS.ProcessEnv, cwd: string): string {
  const isStartedByNpm =
    environment['npm_lifecycle_event'] === 'start' &&
    environment['npm_package_name'] === 'everseed';
  return (isStartedByNpm && environment['INIT_CWD']) || cwd;
}

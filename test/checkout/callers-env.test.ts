import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRunByPackageManager, withoutCallersTools } from '../../src/checkout/callers-env.ts';

/** As `npm exec -c 'env'` gives it, shortened. */
const NPM = {
  PATH: '/repo/node_modules/.bin:/node_modules/.bin:/home/u/.npm/_npx/1a2b/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/usr/local/bin:/usr/bin',
  npm_command: 'exec',
  npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js',
  npm_config_local_prefix: '/repo',
  npm_config_prefix: '/usr',
  npm_config_user_agent: 'npm/11',
  npm_config_registry: 'https://registry.example',
  'npm_config_//registry.example/:_authToken': 't',
  npm_package_json: '/repo/package.json',
  NPM_CONFIG_PREFIX: '/opt',
  INIT_CWD: '/repo',
  NODE: '/usr/bin/node',
  HOME: '/home/u',
  TOKEN: 'x',
};

describe('the environment that a package manager gives the gate', () => {
  it('The environment that a package manager gives the gate is given to builds and servers without its tools and its folders', () => {
    assert.deepEqual(withoutCallersTools(NPM), {
      PATH: '/usr/local/bin:/usr/bin',
      npm_config_registry: 'https://registry.example',
      'npm_config_//registry.example/:_authToken': 't',
      NPM_CONFIG_PREFIX: '/opt',
      HOME: '/home/u',
      TOKEN: 'x',
    });
  });

  it('The environment that a package manager gives the gate keeps what each arm has of its own', () => {
    const { PATH } = withoutCallersTools(NPM, ['/repo']);
    assert.equal(PATH, '/repo/node_modules/.bin:/usr/local/bin:/usr/bin');
  });

  it('The environment that a package manager gives the gate is left alone where there is none', () => {
    const env = {
      PATH: '/opt/app/node_modules/.bin:/usr/bin',
      npm_config_cache: '/cache',
      NODE_PATH: '/opt/lib',
    };
    assert.deepEqual(withoutCallersTools(env), env);
    assert.equal(isRunByPackageManager(env), false);
  });

  it('The environment that a package manager gives the gate of yarn has no plug-and-play, of pnpm no packages', () => {
    const yarn = {
      PATH: '/tmp/xfs-1a2b3c:/usr/bin',
      BERRY_BIN_FOLDER: '/tmp/xfs-1a2b3c',
      PROJECT_CWD: '/repo',
      NODE_OPTIONS:
        '--require /repo/.pnp.cjs --experimental-loader file:///repo/.pnp.loader.mjs --max-old-space-size=512',
    };
    assert.deepEqual(withoutCallersTools(yarn), {
      PATH: '/usr/bin',
      NODE_OPTIONS: '--max-old-space-size=512',
    });
    assert.deepEqual(withoutCallersTools({ ...yarn, NODE_OPTIONS: '--require /repo/.pnp.cjs' }), {
      PATH: '/usr/bin',
    });
    const pnpm = {
      pnpm_config_verify_deps_before_run: 'false',
      npm_config_user_agent: 'pnpm/11',
      PNPM_SCRIPT_SRC_DIR: '/repo',
      NODE_PATH: '/repo/node_modules/.pnpm/a@1/node_modules',
    };
    assert.deepEqual(withoutCallersTools(pnpm), {});
  });
});

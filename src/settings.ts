import { readFileSync } from 'node:fs';

/** The variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used; its message is the one line that a person needs to mend it. */
export class ConfigError extends Error {}

/** Reads settings from the environment, each with its check. Whatever cannot be used throws a ConfigError. */
export class Settings {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The value of `name`, or the content of the file that `name`_FILE names. Empty counts as unset. */
  text(name: string): string | undefined {
    const file = this.#environment[`${name}_FILE`];
    const value = file ? readSecret(`${name}_FILE`, file) : this.#environment[name];
    return value?.trim() || undefined;
  }

  matching(name: string, pattern: RegExp, takes: string): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !pattern.test(value)) throw new ConfigError(`${name} takes ${takes}.`);
    return value;
  }

  address(name: string, protocols: readonly string[]): string | undefined {
    const value = this.text(name);
    if (value === undefined || isAddress(value, protocols)) return value;
    throw noAddress(name, 'an address that begins', protocols);
  }

  /** One address or several, separated by commas. */
  addresses(name: string, protocols: readonly string[]): readonly string[] | undefined {
    const values = this.text(name)?.split(/\s*,\s*(?=\w+:\/\/)/);
    if (!values || values.every(value => isAddress(value, protocols))) return values;
    throw noAddress(name, 'addresses, separated by commas, that begin', protocols);
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.text(name) ?? String(fallback);
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new ConfigError(`${name} takes a whole number from ${least} to ${most}, not "${value}".`);
    }
    return number;
  }

  oneOf(name: string, values: readonly string[], fallback: string): string {
    const value = this.text(name) ?? fallback;
    if (!values.includes(value))
      throw new ConfigError(`${name} takes one of ${values.join(', ')}, not "${value}".`);
    return value;
  }
}

function isAddress(value: string, protocols: readonly string[]): boolean {
  const url = /^\w+:\/\/[^/]/.test(value) ? URL.parse(value) : null;
  return url !== null && protocols.includes(url.protocol);
}

/** An address may hold a password, so it is not shown. */
function noAddress(name: string, what: string, protocols: readonly string[]): ConfigError {
  const kinds = protocols.map(protocol => `${protocol}//`).join(' or ');
  return new ConfigError(`${name} takes ${what} with ${kinds}.`);
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`${name} names "${file}", which cannot be read.`);
  }
}

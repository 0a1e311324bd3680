import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifySchemaCompiler } from 'fastify';

/** As Fastify makes it by itself, but one for all applications in this process. */
const compile = AjvCompiler()({}, { customOptions: {} });

/** Compiles a schema when the first request comes that it is for: all of them take much of the time that a start takes. */
export const validators: FastifySchemaCompiler<unknown> = ({ schema }) => {
  let validate: ReturnType<typeof compile> | undefined;
  return (data: unknown) => {
    validate ??= compile({ schema });
    return validate(data) === false ? { error: validate.errors ?? [] } : true;
  };
};

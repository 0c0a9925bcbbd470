import { expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type { RotationConfiguration, RotationConfigurationOfMany } from '../../infra/index.ts';
import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';
import type { ConfigurationOfMany } from '../../lambda/config/scale.ts';

// What jsii and editors make of them is in test/package/public-types.test.ts.

/** Without what only the declarations differ in. */
type Plain<Type> = Type extends (infer Element)[]
  ? Plain<Element>[]
  : Type extends object
    ? { -readonly [Key in keyof Type]: Plain<Type[Key]> }
    : Type;

/** `$schema` is for editors of the file. */
type WithoutSchema<File> = Omit<File, '$schema'>;

it('the types of the construct take what the schema takes, key by key', () => {
  type File = z.input<typeof ConfigurationFile>;
  expectTypeOf<Plain<RotationConfiguration>>().toEqualTypeOf<Plain<WithoutSchema<File>>>();
  expectTypeOf<Plain<RotationConfigurationOfMany>>().toEqualTypeOf<Plain<WithoutSchema<ConfigurationOfMany>>>();
});

it('a file that was read, with its $schema, is one of them', () => {
  expectTypeOf<z.infer<typeof ConfigurationFile>>().toExtend<RotationConfiguration>();
});

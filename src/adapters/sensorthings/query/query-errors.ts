/** The coded errors of a SensorThings request that cannot be understood or is not supported. */
import { CityError, invalid } from '#kernel/errors.ts';

/** The text does not follow the grammar; `at` counts characters from 0 in the option's decoded value. */
export const syntaxError = (option: string, at: number, message: string): CityError =>
  new CityError('invalid', 'query.syntax', `${option}: ${message} (position ${at})`, option, { position: at });

/** It follows the grammar, but its words do not fit the entity or each other. */
export const typeError = (option: string, at: number, message: string): CityError =>
  new CityError('invalid', 'query.not_applicable', `${option}: ${message} (position ${at})`, option, { position: at });

export const unknownProperty = (option: string, entity: string, name: string): CityError =>
  invalid('query.unknown_property', `${option}: ${entity} has no property or relation '${name}'`, option);

/** The standard knows it, this server does not yet: 501, never a guess. */
export const notSupported = (option: string, message: string): CityError =>
  new CityError('unsupported', 'query.not_supported', `${option}: ${message}`, option);

export const tooLarge = (option: string, message: string): CityError =>
  new CityError('too_large', 'query.too_large', `${option}: ${message}`, option);

/** The root document of a version: where the sets are, and (1.1) what of the standard is there. */
import { listSets } from '../model.ts';

const REQUIREMENTS = 'http://www.opengis.net/spec/iot_sensing/1.1/req';

const CONFORMANCE = [
  ...[
    'thing',
    'location',
    'historical-location',
    'datastream',
    'sensor',
    'observed-property',
    'observation',
    'feature-of-interest',
    'entity-control-information',
  ].map((name) => `${REQUIREMENTS}/datamodel/${name}`),
  `${REQUIREMENTS}/resource-path/resource-path-to-entities`,
  ...[
    'order',
    'expand',
    'select',
    'status-code',
    'query-status-code',
    'top',
    'skip',
    'count',
    'filter',
    'built-in-filter-operations',
    'built-in-query-functions',
    'pagination',
  ].map((name) => `${REQUIREMENTS}/request-data/${name}`),
  ...[
    'create-entity',
    'link-to-existing-entities',
    'deep-insert',
    'deep-insert-status-code',
    'update-entity',
    'delete-entity',
    'historical-location-auto-creation',
  ].map((name) => `${REQUIREMENTS}/create-update-delete/${name}`),
  `${REQUIREMENTS}/data-array/data-array`,
];
const VIA_MQTT = [
  `${REQUIREMENTS}/create-observations-via-mqtt/observations-creation`,
  `${REQUIREMENTS}/receive-updates-via-mqtt/receive-updates`,
];

export function rootDocument(base: string, version: 'v1.0' | 'v1.1', mqttEndpoints: readonly string[]): object {
  const value = listSets().map((name) => ({ name, url: `${base}/${name}` }));
  if (version === 'v1.0') return { value };
  const mqtt = mqttEndpoints.length > 0;
  const endpoints = mqtt
    ? Object.fromEntries(VIA_MQTT.map((requirement) => [requirement, { endpoints: mqttEndpoints }]))
    : {};
  return { value, serverSettings: { conformance: mqtt ? [...CONFORMANCE, ...VIA_MQTT] : CONFORMANCE, ...endpoints } };
}

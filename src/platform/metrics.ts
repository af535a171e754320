/** What the city's operators watch, in Prometheus' words. One registry per running city, so that tests do not share figures. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS_TO_CASE = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    /** Observations refused before sensing saw them, because the message itself was wrong; by code. */
    refusals: new Map<string, number>(),
    observationsAccepted: new Counter({
      registers,
      name: 'cityloom_observations_accepted_total',
      help: 'Observations acknowledged: stored now or known already.',
    }),
    observationsStored: new Counter({
      registers,
      name: 'cityloom_observations_stored_total',
      help: 'Observations made durable, duplicates not counted.',
    }),
    observationsRejected: new Counter({
      registers,
      name: 'cityloom_observations_rejected_total',
      help: 'Observations refused at the door.',
      labelNames: ['reason'],
    }),
    casesOpened: new Counter({
      registers,
      name: 'cityloom_cases_opened_total',
      help: 'Cases collected or opened.',
      labelNames: ['domain'],
    }),
    observationToCase: new Histogram({
      registers,
      name: 'cityloom_observation_to_case_seconds',
      help: 'From receiving the Observation that raised an alarm to its case on the live stream.',
      buckets: SECONDS_TO_CASE,
    }),
    liveClients: new Gauge({ registers, name: 'cityloom_live_clients', help: 'Connected live streams.' }),
    findings: new Counter({
      registers,
      name: 'cityloom_findings_total',
      help: 'Finding changes.',
      labelNames: ['change'],
    }),
    mqttClients: new Gauge({ registers, name: 'cityloom_mqtt_clients', help: 'Connected MQTT clients.' }),
    requests: new Histogram({
      registers,
      name: 'cityloom_http_request_seconds',
      help: 'HTTP requests by route.',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 1, 5],
    }),
  };
}

export const countRefusal = ({ refusals }: Metrics, code: string): void =>
  void refusals.set(code, (refusals.get(code) ?? 0) + 1);

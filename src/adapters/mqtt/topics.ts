/** The topics this broker knows; every other one is refused. */
export type PublishTopic = { readonly datastreamId: number | undefined };

export type SubscribeTopic =
  | { readonly kind: 'observations'; readonly datastreamId: number | undefined }
  | { readonly kind: 'set'; readonly set: string }
  | { readonly kind: 'entity'; readonly set: string; readonly id: number }
  /** A client's own refusals. */
  | { readonly kind: 'errors'; readonly clientId: string };

const OBSERVATIONS = /^v1\.[01]\/(?:Datastreams\((\d{1,15})\)\/)?Observations$/;
const ENTITY =
  /^v1\.[01]\/(Things|Locations|HistoricalLocations|Datastreams|Sensors|ObservedProperties|FeaturesOfInterest)(?:\((\d{1,15})\))?$/;
const ERRORS = /^cityloom\/errors\/([^/+#]+)$/;

/** `v1.1/Observations` and `v1.1/Datastreams(5)/Observations`. */
export function findPublishTopic(topic: string): PublishTopic | undefined {
  const match = OBSERVATIONS.exec(topic);
  return match ? { datastreamId: match[1] === undefined ? undefined : Number(match[1]) } : undefined;
}

/** Sets and single entities; no wildcards, because each would have to be weighed against what the caller may see. */
export function findSubscribeTopic(topic: string): SubscribeTopic | undefined {
  const observations = findPublishTopic(topic);
  if (observations) return { kind: 'observations', ...observations };
  const [, set, id] = ENTITY.exec(topic) ?? [];
  if (set !== undefined) return id === undefined ? { kind: 'set', set } : { kind: 'entity', set, id: Number(id) };
  const errors = ERRORS.exec(topic);
  return errors ? { kind: 'errors', clientId: errors[1]! } : undefined;
}

/** Where a client is told what of its messages was refused and why. */
export const errorsTopic = (clientId: string): string => `cityloom/errors/${encodeURIComponent(clientId)}`;

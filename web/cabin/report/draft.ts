/** The report that is being written. In memory only, until it is sent. */

import type { CategoryView } from '#adapters/residents/api.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Localized } from '#kernel/words.ts';
import type { PersonalData } from '#people/vault/vault.types.ts';
import { cabin, onStartAgain } from '../cabin.ts';
import { createStore, useStore } from '../store.ts';
import type { Answer } from './report.view.ts';

export interface DraftPhoto {
  readonly blob: Blob;
  readonly url: string;
}

export interface Spot {
  readonly place: Position;
  readonly address: Localized;
  readonly community: { readonly id: string; readonly name: Localized } | undefined;
  readonly accuracyMetres: number | undefined;
  readonly inCity: boolean;
}

export interface Draft {
  readonly clientId: string;
  readonly photos: readonly DraftPhoto[];
  readonly spot: Spot | undefined;
  /** Said in words beside the place, or instead of it without a network. */
  readonly addressWords: string;
  readonly text: string;
  readonly category: string | undefined;
  /** From the QR plate that was scanned. */
  readonly proposed: readonly string[];
  readonly answers: Readonly<Record<string, Answer>>;
  readonly joins: string | undefined;
  readonly contact: PersonalData;
}

const empty = (): Draft => ({
  clientId: crypto.randomUUID(),
  photos: [],
  spot: undefined,
  addressWords: '',
  text: '',
  category: undefined,
  proposed: [],
  answers: {},
  joins: undefined,
  contact: {},
});

const draft = createStore<Draft>(empty());
onStartAgain(startDraft);

export const getDraft = (): Draft => draft.get();
export const setDraft = (change: Partial<Draft>): void => draft.set(change);
export const useDraft = (): Draft => useStore(draft, (value) => value);

export function startDraft(): void {
  for (const { url } of draft.get().photos) URL.revokeObjectURL(url);
  draft.set(empty());
}

export function addPhoto(blob: Blob): void {
  draft.set({ photos: [...draft.get().photos, { blob, url: URL.createObjectURL(blob) }] });
}

export function replacePhoto(index: number, blob: Blob): void {
  const { photos } = draft.get();
  URL.revokeObjectURL(photos[index]!.url);
  draft.set({ photos: photos.map((photo, at) => (at === index ? { blob, url: URL.createObjectURL(blob) } : photo)) });
}

export function removePhoto(index: number): void {
  const { photos } = draft.get();
  URL.revokeObjectURL(photos[index]!.url);
  draft.set({ photos: photos.filter((_, at) => at !== index) });
}

export const categoryOf = (code: string | undefined): CategoryView | undefined =>
  cabin.get().city?.categories.find((category) => category.code === code);

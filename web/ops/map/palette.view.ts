/** The map's colours: the interface's tokens and the quiet ground between them. */
import type { Grade } from '#kernel/words.ts';
import { mix } from '#web/kit/colour.view.ts';

export type Theme = 'light' | 'dark';

export interface Palette {
  readonly theme: Theme;
  readonly ground: string;
  readonly surface: string;
  readonly water: string;
  readonly waterEdge: string;
  readonly park: string;
  readonly square: string;
  readonly contour: string;
  readonly building: string;
  readonly buildingEdge: string;
  readonly critical: string;
  readonly road: string;
  readonly roadEdge: string;
  readonly boundary: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly silent: string;
  readonly grades: Readonly<Record<Grade, string>>;
}

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    theme: 'light',
    ground: '#eef1f4',
    surface: '#ffffff',
    water: '#cfdde9',
    waterEdge: '#b9ccdb',
    park: '#e2eae3',
    square: '#e6eaee',
    contour: '#d8e0e6',
    building: '#e0e6eb',
    buildingEdge: '#d0d8e0',
    critical: '#cdd8e4',
    road: '#ffffff',
    roadEdge: '#d5dde4',
    boundary: '#a9b6c2',
    ink: '#16202a',
    ink2: '#4a5a68',
    ink3: '#5f6d7a',
    accent: '#1a5fb4',
    silent: '#6b7a88',
    grades: { blue: '#2f7fd1', yellow: '#c79a00', orange: '#d96b00', red: '#c8281e' },
  },
  dark: {
    theme: 'dark',
    ground: '#0e1319',
    surface: '#151c24',
    water: '#14273a',
    waterEdge: '#1d3850',
    park: '#111c1c',
    square: '#141b23',
    contour: '#19232d',
    building: '#18212b',
    buildingEdge: '#222d39',
    critical: '#20303f',
    road: '#222d38',
    roadEdge: '#10161d',
    boundary: '#3d4c5a',
    ink: '#e8eef3',
    ink2: '#a9b7c4',
    ink3: '#8896a3',
    accent: '#78aeed',
    silent: '#73818e',
    grades: { blue: '#5aa2e8', yellow: '#f0c53a', orange: '#f28c38', red: '#f0574c' },
  },
};

/** The eight lifelines' hues; a pack's own colour comes first. */
const HUES: Readonly<Record<string, string>> = {
  water: '#3b82c4',
  power: '#b0892f',
  gas: '#c2703d',
  telecom: '#7a6bb5',
  bridges: '#5f7183',
  tunnels: '#4f6d6a',
  rail: '#8a5a6b',
  drainage: '#4a8c8c',
};

export const hueOf = (domain: string, colour: string | undefined): string => HUES[domain] ?? colour ?? '#6b7a88';

/** The same hue, drawn back towards the ground: a network that is well should be seen only by who looks for it. */
export const quietHue = (hue: string, palette: Palette): string =>
  mix(hue, palette.ground, palette.theme === 'light' ? 0.45 : 0.52);

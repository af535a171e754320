declare module 'vt-pbf' {
  /** Tiles of geojson-vt by tile-layer name, as one Mapbox vector tile. */
  export function fromGeojsonVt(
    layers: Readonly<Record<string, { readonly features: readonly unknown[] }>>,
    options?: { readonly version?: number; readonly extent?: number },
  ): Uint8Array;
}

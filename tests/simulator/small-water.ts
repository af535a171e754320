/** A small town's water, made by hand: a works on a hill feeds a grid of mains with a valve at every other corner; a tank floats on it. */
import type { WaterNode, WaterPipe, WaterSystem } from '#simulator/water/system.ts';

const SIZE = 6;

const node = (id: string, more: Partial<WaterNode> = {}): WaterNode => ({
  id,
  kind: 'junction',
  isValve: false,
  assetId: undefined,
  elevationMetres: 10,
  demandLps: 0,
  pattern: undefined,
  headMetres: 0,
  tank: undefined,
  ...more,
});
const pipe = (id: string, from: string, to: string, boreMm = 150, lengthMetres = 100): WaterPipe => ({
  id,
  from,
  to,
  lengthMetres,
  boreMm,
  roughness: 120,
});

/** Corner `J-x-y`; every street section is two mains with the valve `V-…` between them: `P-x-y-e1`, `P-x-y-e2` eastward, `…-n1`, `…-n2` northward. */
export function smallTown(): WaterSystem {
  const nodes = [
    node('WORKS', { kind: 'reservoir', headMetres: 60 }),
    node('TANK', { kind: 'tank', elevationMetres: 50, tank: { level: 3, least: 0.5, most: 6, diameter: 12 } }),
  ];
  const pipes = [
    pipe('TRUNK', 'PUMPED', 'J-0-0', 300, 400),
    pipe('RISER', `J-${SIZE - 1}-${SIZE - 1}`, 'TANK', 250, 300),
  ];
  nodes.push(node('PUMPED'));
  const join = (id: string, from: string, to: string) => {
    nodes.push(node(`V-${id}`, { isValve: true, assetId: `WV-${id}` }));
    pipes.push(pipe(`P-${id}1`, from, `V-${id}`), pipe(`P-${id}2`, `V-${id}`, to));
  };
  for (let x = 0; x < SIZE; x++)
    for (let y = 0; y < SIZE; y++) {
      nodes.push(node(`J-${x}-${y}`, { demandLps: 0.6, pattern: 'residential' }));
      if (x + 1 < SIZE) join(`${x}-${y}-e`, `J-${x}-${y}`, `J-${x + 1}-${y}`);
      if (y + 1 < SIZE) join(`${x}-${y}-n`, `J-${x}-${y}`, `J-${x}-${y + 1}`);
    }
  return {
    nodes,
    pipes,
    pumps: [
      {
        id: 'PUMP',
        from: 'WORKS',
        to: 'PUMPED',
        curve: { flowLps: 30, headMetres: 12 },
        control: { tank: 'TANK', startLevel: 2, stopLevel: 5 },
      },
    ],
    reducers: [],
    patterns: {
      residential: Array.from({ length: 24 }, (_, hour) => (hour < 6 ? 0.4 : hour < 9 || hour > 17 ? 1.6 : 1)),
    },
    patternStepSeconds: 3_600,
    dischargeCoefficient: 0.75,
    burstShare: 0.3,
  };
}

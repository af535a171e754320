/** The walls of the house as dependency-cruiser rules: imports only go downstairs, and neighbours are strangers. */
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

/** The plain kind of rule: who may not import whom. */
type RegularRule = Extract<IForbiddenRuleType, { to: { circular?: boolean } }>;

export const ROOMS = [
  'territory',
  'sensing',
  'detection',
  'casework',
  'dispatch',
  'people',
  'scorecard',
  'domains',
  'platform',
] as const;

export interface Wall {
  /** The sentence that stands in the test report. */
  readonly sentence: string;
  readonly from: RegularRule['from'];
  readonly to: RegularRule['to'];
}

const rooms = ROOMS.join('|');

/** Paths are relative to the house's root folder. */
export const WALLS: readonly Wall[] = [
  {
    sentence: 'the kernel imports nothing but itself',
    from: { path: '^src/kernel/' },
    to: { pathNot: '^src/kernel/' },
  },
  ...ROOMS.map((room) => ({
    sentence: `${room} knows no other room`,
    from: { path: `^src/${room}/` },
    to: { path: `^src/(${ROOMS.filter((other) => other !== room).join('|')})/` },
  })),
  { sentence: 'no room looks upstairs', from: { path: `^src/(${rooms})/` }, to: { path: '^src/(adapters|app)/' } },
  { sentence: 'no adapter knows the app', from: { path: '^src/adapters/' }, to: { path: '^src/app/' } },
  {
    sentence: 'no adapter knows another adapter',
    from: { path: '^src/adapters/([^/]+)/' },
    to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
  },
  {
    sentence: 'the program does not know its simulator, its tests or its screens',
    from: { path: '^src/' },
    to: { path: '^(simulator|tests|bench|tools|web)/' },
  },
  {
    sentence: 'the simulator knows the kernel, the pack format and nothing else of the program',
    from: { path: '^simulator/' },
    to: { path: '^src/', pathNot: '^src/(kernel|territory)/' },
  },
  {
    sentence: 'the screens know the kernel, and the rest of the program by its types only',
    from: { path: '^web/' },
    to: { path: '^src/', pathNot: '^src/kernel/', dependencyTypesNot: ['type-only'] },
  },
  { sentence: 'nothing goes in circles', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
];

export interface Breach {
  readonly wall: string;
  readonly from: string;
  readonly to: string;
}

export interface Inspection {
  /** How many of the house's own modules were seen: zero means that the tool saw nothing, not that all is well. */
  readonly modules: number;
  readonly breaches: readonly Breach[];
}

/** Walks through the house at `root`. */
export async function inspect(root: string, folders: readonly string[]): Promise<Inspection> {
  const forbidden: IForbiddenRuleType[] = WALLS.map((wall, index) => ({
    name: `wall-${index}`,
    severity: 'error',
    from: wall.from,
    to: wall.to,
  }));
  const { output } = await cruise(
    [...folders],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden },
      tsPreCompilationDeps: 'specify',
      doNotFollow: { path: 'node_modules' },
      exclude: { path: 'node_modules' },
      skipAnalysisNotInRules: true,
    },
    {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  );
  const { modules, summary } = output as ICruiseResult;
  return {
    modules: modules.filter((module) => folders.some((folder) => module.source.startsWith(`${folder}/`))).length,
    breaches: summary.violations.map(({ rule, from, to }) => ({
      wall: WALLS[Number(rule.name.slice(5))]?.sentence ?? rule.name,
      from,
      to,
    })),
  };
}

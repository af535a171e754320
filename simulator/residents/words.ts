/** How residents put things, around what the pack says people say; and who they say they are. Everybody here is invented. */
import type { Question } from '#kernel/reporting.ts';
import type { Random } from '../random.ts';

type Frame = { readonly before: readonly string[]; readonly after: readonly string[] };

const FRAMES: Readonly<Record<string, Frame>> = {
  zh: {
    before: [
      '',
      '',
      '您好，',
      '今天路过看到，',
      '我们楼下，',
      '小区门口，',
      '接孩子的路上看到，',
      '早上买菜时发现，',
      '麻烦看一下，',
    ],
    after: [
      '。',
      '。',
      '，已经两天了。',
      '，麻烦尽快处理，谢谢。',
      '，老人走路很不方便。',
      '，邻居都在说这事。',
      '，希望有人来看看。',
      '，孩子天天从这里过。',
    ],
  },
  en: {
    before: ['', '', 'Hello. ', 'On my way to work: ', 'By our front door: ', 'Seen this morning. '],
    after: [
      '.',
      '.',
      ' – for two days now.',
      '. Please have a look.',
      '. Thank you.',
      '. Our neighbours say the same.',
    ],
  },
};

/** One of the pack's own examples in a sentence of somebody's own. */
export function inOwnWords(example: string, language: string, random: Random): string {
  const { before, after } = FRAMES[language] ?? { before: [''], after: [''] };
  return `${random.pick(before)}${example}${random.pick(after)}`;
}

const SURNAMES = ['苏', '叶', '程', '白', '石', '方', '谭', '廖', '邹', '汤', '黎', '龚', '范', '贺', '覃', '向'];
const GIVEN = [
  '小满',
  '清和',
  '云舒',
  '望川',
  '知夏',
  '立冬',
  '思远',
  '念慈',
  '长青',
  '晓岚',
  '春生',
  '雨桐',
  '安然',
  '晚晴',
];

export interface Contact {
  readonly name: string;
  /** In the range that belongs to nobody. */
  readonly phone: string;
}

export const inventContact = (random: Random): Contact => ({
  name: `${random.pick(SURNAMES)}${random.pick(GIVEN)}`,
  phone: `000-5550-${String(Math.floor(random.between(1_000, 9_999)))}`,
});

export const THANKS = [
  '处理得很快，谢谢！',
  '师傅很负责，已经弄好了。',
  '好了，路上干净多了。',
  '满意。',
  '当天就解决了，点赞。',
] as const;
export const COMPLAINTS = [
  '只处理了一半，还有一些没弄好。',
  '刚修好又坏了，请再来看看。',
  '没看到有人来，问题还在。',
] as const;
export const NOTHING_THERE = [
  '到场查看，现场已自行恢复，未发现问题。',
  '到场核实，未发现所述情况，已向周边住户了解。',
] as const;

type Answers = Readonly<Record<string, string | number | readonly string[]>>;

/** What must be answered, and now and then what may be. */
export function answersTo(questions: readonly Question[], at: number, random: Random): Answers {
  const asked = questions.filter(({ required }) => required || random.next() < 0.3);
  return Object.fromEntries(asked.map((question) => [question.code, answerTo(question, at, random)]));
}

function answerTo({ datatype, values }: Question, at: number, random: Random): string | number | readonly string[] {
  if (datatype === 'singlevaluelist') return random.pick(values).key;
  if (datatype === 'multivaluelist') return [random.pick(values).key];
  if (datatype === 'number') return Math.floor(random.between(1, 4));
  return datatype === 'datetime' ? new Date(at).toISOString() : '如描述所述';
}

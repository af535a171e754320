/** What people say, in the city's own language; picked by the matter, so the same case is always told the same way. */
import { hash } from '../random.ts';

export const pickWord = (words: readonly string[], matter: string): string => words[hash(matter) % words.length]!;

export const WORDS = {
  falseAlarm: [
    '现场核实未发现异常，系仪表波动，判为误报。',
    '电话核实周边用户，一切正常，判为误报。',
    '视频巡查无异常，曲线已自行恢复，判为误报。',
  ],
  notDone: ['到场查看，问题仍然存在，请继续处置。', '复核读数未恢复正常，退回继续处置。'],
  verified: [
    '现场核查，设施已恢复正常，路面清洁。',
    '到场复核，处置到位，附现场照片。',
    '核查无误，周边居民反映已恢复正常。',
  ],
  mended: [
    '已完成抢修并恢复运行，现场已清理。',
    '故障部件已更换，试运行正常。',
    '处置完毕，读数已回落到正常范围，现场已恢复。',
  ],
  supported: [
    '已按预案完成配合工作。',
    '已到场配合，管线核查无异常。',
    '现场秩序已恢复，配合工作结束。',
    '已通知并安抚周边居民，情况稳定。',
  ],
} as const;

export interface Saying {
  readonly kind: string;
  /** Case classes such a report may be filed under, first match wins. */
  readonly classes: readonly RegExp[];
  readonly words: readonly string[];
}

export const SAYINGS: readonly Saying[] = [
  {
    kind: 'burst',
    classes: [/low-pressure|no-water/, /water.*(leak|burst)|burst/],
    words: [
      '家里水压突然变得很小，二楼以上基本没水。',
      '路面一直往外冒水，已经漫到人行道上了。',
      '小区门口的路上全是水，看着像是水管爆了。',
      '厨房水龙头只有一点点水，邻居家也一样。',
      '路中间有水往上涌，车都绕着走。',
    ],
  },
  {
    kind: 'leak',
    classes: [/gas.*(smell|odou?r)/, /gas.*leak|gas/],
    words: ['路边窨井旁有很重的煤气味。', '楼下闻到臭鸡蛋一样的味道，怀疑燃气泄漏。'],
  },
  {
    kind: 'shower',
    classes: [/pond|flood|road-water/, /drain/],
    words: [
      '路口积水很深，电动车已经过不去了。',
      '雨一下大，这里就积水，快到台阶了。',
      '下穿道里积水了，请尽快来抽排。',
    ],
  },
  { kind: 'outage', classes: [/telecom.*(outage|fault|signal)|no-signal/], words: ['这一带手机突然没有信号了。'] },
  { kind: 'undervoltage', classes: [/low-voltage|undervoltage/, /power/], words: ['家里电灯忽明忽暗，空调带不动。'] },
];

/** Reports of people who mean well and are wrong. */
export const RUMOURS: Saying = {
  kind: 'rumour',
  classes: [/low-pressure|no-water/, /pond|road-water/],
  words: ['感觉今天水压比平时小一点，请看看是不是有问题。', '路边有一小滩水，不知道是不是管子漏了。'],
};

/** What people say, in the city's own language; picked by the matter, so the same case is always told the same way. */
import { hash } from '../random.ts';

export const pickWord = (words: readonly string[], matter: string): string => words[hash(matter) % words.length]!;

export const WORDS = {
  falseAlarm: [
    '现场核实未发现异常，系仪表波动，判为误报。',
    '电话回访周边用户，一切正常，判为误报。',
    '视频巡查无异常，曲线已自行恢复，判为误报。',
  ],
  notDone: ['到场查看，问题仍然存在，请继续处置。', '复核读数未恢复正常，退回继续处置。'],
  verified: [
    '现场核查，设施已恢复正常，路面整洁。',
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

/** A thing people call the hotline about: the class it is filed under, and how they put it. */
export interface Saying {
  readonly caseClass: string;
  readonly words: readonly string[];
}

/** By kind of fault. */
export const SAYINGS: Readonly<Record<string, readonly Saying[]>> = {
  burst: [
    {
      caseClass: 'water.low-pressure',
      words: [
        '家里水压突然变得很小，二楼以上基本没水。',
        '厨房水龙头只有一点点水，邻居家也一样。',
        '楼上好几户都说没水了，是不是水管出了问题？',
      ],
    },
    {
      caseClass: 'water.leak',
      words: [
        '路面一直往外冒水，已经漫到人行道上了。',
        '小区门口的路上全是水，看着像是水管爆了。',
        '路中间有水往上涌，车都绕着走。',
      ],
    },
  ],
  leak: [{ caseClass: 'gas.smell', words: ['路边窨井旁有很重的煤气味。', '楼下闻到臭鸡蛋一样的味道，怀疑燃气泄漏。'] }],
  shower: [
    {
      caseClass: 'drainage.ponding',
      words: [
        '路口积水很深，电动车已经过不去了。',
        '雨一下大，这里就积水，快到台阶了。',
        '下穿道里积水了，请尽快来抽排。',
      ],
    },
  ],
  outage: [
    { caseClass: 'telecom.outage', words: ['这一带手机突然没有信号了。', '家里宽带和手机都断了，邻居也一样。'] },
  ],
  undervoltage: [{ caseClass: 'power.voltage', words: ['家里电灯忽明忽暗，空调带不动。'] }],
  cover: [{ caseClass: 'drainage.cover-open', words: ['路边有个井盖移开了，晚上走路很危险。'] }],
};

/** Reports of people who mean well and are wrong. */
export const RUMOURS: readonly Saying[] = [
  { caseClass: 'water.low-pressure', words: ['感觉今天水压比平时小一点，请看看是不是有问题。'] },
  { caseClass: 'drainage.ponding', words: ['路边有一小滩水，不知道会不会越积越多。'] },
];

/** What no sensor sees and people put up with until somebody rings. */
export const EVERYDAY: readonly Saying[] = [
  { caseClass: 'community.exposed-rubbish', words: ['垃圾桶满了，袋子堆到路边了。', '街角有人乱丢垃圾，一直没清走。'] },
  { caseClass: 'community.construction-rubbish', words: ['装修垃圾堆在楼道口好几天了。'] },
  {
    caseClass: 'community.road-damage',
    words: ['人行道地砖翘起来了，老人差点绊倒。', '路面有个坑，电动车经过很危险。'],
  },
  { caseClass: 'community.fallen-tree', words: ['一根大树枝断了，挡住了半边路。'] },
  { caseClass: 'community.dirty-road', words: ['工地车辆带泥上路，路面很脏。'] },
  { caseClass: 'community.blocked-exit', words: ['消防通道被车堵住了。'] },
  { caseClass: 'power.street-light', words: ['这段路的路灯不亮，晚上很黑。'] },
  { caseClass: 'water.hydrant-damaged', words: ['路边消火栓被撞歪了，一直在滴水。'] },
];

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

/** What is said to have been done about what only people see, by class; whatever else there is, in words that are always true. */
const DONE: Readonly<Record<string, readonly string[]>> = {
  'community.exposed-rubbish': ['垃圾已清运，桶体和地面已冲洗。', '已清走散落垃圾，并增加一次清运。'],
  'community.construction-rubbish': ['装修垃圾已装车清走，地面已清扫。', '大件已拖走，已告知业主到指定点投放。'],
  'community.dirty-road': ['已冲洗路面，并要求工地车辆冲净出场。', '油污已清洗，路面恢复干净。'],
  'community.fallen-tree': ['断枝已锯除清运，周边行道树已检查。', '倒伏树木已扶正支撑，道路恢复通行。'],
  'community.road-damage': ['坑洞已补平压实，可正常通行。', '松动地砖已重新铺平。'],
  'community.blocked-exit': ['已联系车主挪车，消防通道恢复畅通。'],
  'community.noise': ['已到场劝止，要求夜间停止施工，并留下监督电话。', '已测量声级并要求商户调低音量。'],
  'community.illegal-building': ['已现场制止并下达整改通知，当事人已自行拆除。'],
  'power.street-light': ['灯具和线路已更换，路灯恢复照明。', '已更换驱动电源，整段路灯试亮正常。'],
  'water.hydrant-damaged': ['消火栓已扶正更换，不再滴水。'],
};
const DONE_ANYHOW = ['已到场处置完毕，现场已恢复。', '问题已处理，已向周边居民说明。'] as const;

export const pickDone = (caseClass: string, matter: string): string => pickWord(DONE[caseClass] ?? DONE_ANYHOW, matter);

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

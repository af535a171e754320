/** Words for the names of a city that does not exist. Every pair is a Chinese word and its English reading. */
import type { Random } from './random.ts';

export interface Name {
  readonly zh: string;
  readonly en: string;
}

const PAIRS = `茶亭 Tea Pavilion|盐井 Salt Well|石梯 Stone Steps|渡口 Ferry|铁匠 Blacksmith|织布 Weavers’|竹篾 Bamboo Splint|油坊 Oil Mill|酱园 Sauce Garden|染房 Dyehouse
米市 Rice Market|花市 Flower Market|鱼市 Fish Market|炭厂 Charcoal Yard|木货 Timber Goods|瓷器 Porcelain|纸坊 Paper Mill|棉花 Cotton|麻柳 Wingnut Tree|黄葛 Banyan
梨园 Pear Orchard|桃溪 Peach Brook|柑子 Tangerine|枇杷 Loquat|石榴 Pomegranate|核桃 Walnut|桂花 Osmanthus|玉兰 Magnolia|茉莉 Jasmine|海棠 Crabapple
青竹 Green Bamboo|松林 Pine Grove|柏树 Cypress|香樟 Camphor|银杏 Ginkgo|枫叶 Maple Leaf|芦苇 Reed|荷叶 Lotus Leaf|菱角 Water Chestnut|兰草 Orchid
白鹤 White Crane|鹭鸶 Egret|喜鹊 Magpie|画眉 Thrush|翠鸟 Kingfisher|燕子 Swallow|布谷 Cuckoo|黄莺 Oriole|鲤鱼 Carp|锦鲤 Golden Carp
望江 River View|听涛 Listening Waves|观澜 Watching Waves|临江 Riverfront|沙湾 Sand Bay|石滩 Stone Beach|回水 Backwater|浅滩 Shallows|鹅石 Pebble|水井 Water Well
双井 Twin Wells|龙泉 Dragon Spring|清泉 Clear Spring|冷水 Cold Water|温汤 Warm Spring|月池 Moon Pool|洗墨 Ink Wash|莲池 Lotus Pool|半月 Half Moon|星子 Little Star
朝阳 Morning Sun|晨曦 Daybreak|晚霞 Evening Glow|彩云 Bright Cloud|晴川 Clear River|烟雨 Misty Rain|霜叶 Frost Leaf|春晖 Spring Light|秋实 Autumn Harvest|岁丰 Good Harvest
文昌 Scholars’|书院 Academy|笔架 Brush Rest|砚台 Inkstone|棋盘 Chessboard|琴台 Zither Terrace|鼓楼 Drum Tower|钟楼 Bell Tower|戏台 Opera Stage|魁星 North Star
东门 East Gate|西门 West Gate|北门 North Gate|水门 Water Gate|城垛 Battlement|箭楼 Arrow Tower|校场 Drill Ground|驿站 Post House|马道 Horse Path|轿铺 Sedan House
石桥 Stone Bridge|板桥 Plank Bridge|廊桥 Covered Bridge|拱桥 Arch Bridge|磨盘 Millstone|碾子 Roller Mill|水碾 Water Mill|堰塘 Weir Pond|沟边 Brookside|坝子 Flat Field
岩口 Rock Mouth|垭口 Mountain Pass|坪上 Upper Flat|坡脚 Foot Slope|半山 Mid Hill|云顶 Cloud Top|鹰嘴 Eagle Beak|狮子 Lion|金鸡 Golden Cockerel|卧牛 Resting Ox
陶然 Contented|和风 Gentle Wind|清和 Serene|明德 Bright Virtue|崇文 Letters|尚义 Fellowship|敦睦 Harmony|安居 Good Home|康宁 Good Health|永宁 Lasting Calm
机修 Machine Works|造船 Shipyard|纱厂 Cotton Mill|电台 Radio|气象 Weather Station|苗圃 Nursery|蚕桑 Silkworm|果园 Fruit Garden|蜂场 Bee Yard|牧场 Pasture
新桥 New Bridge|新村 New Village|科园 Science Park|创意 Craft Park|会展 Exhibition|体育 Stadium|星光 Starlight|虹桥 Rainbow Bridge|锦绣 Brocade|金沙 Golden Sand`;

export const WORDS: readonly Name[] = PAIRS.split(/[|\n]/).map((pair) => {
  const space = pair.indexOf(' ');
  return { zh: pair.slice(0, space), en: pair.slice(space + 1) };
});

const SUFFIXES = {
  secondary: [{ zh: '路', en: 'Road' }],
  residential: [
    { zh: '街', en: 'Street' },
    { zh: '巷', en: 'Lane' },
    { zh: '坡', en: 'Slope' },
    { zh: '支路', en: 'Branch Road' },
    { zh: '横街', en: 'Cross Street' },
  ],
} as const;

/** Gives out street names, each once: a road takes a fresh word, the small streets reuse words with other endings. */
export function streetNamer(random: Random): (rank: 'secondary' | 'residential', index: number) => Name {
  const decks = new Map<string, Name[]>();
  const shuffled = (suffix: Name): Name[] => {
    const deck = WORDS.map((word) => ({ zh: word.zh + suffix.zh, en: `${word.en} ${suffix.en}` }));
    for (let i = deck.length - 1; i > 0; i--) {
      const j = random.integer(0, i);
      [deck[i], deck[j]] = [deck[j]!, deck[i]!];
    }
    return deck;
  };
  return (rank, index) => {
    const suffixes: readonly Name[] = SUFFIXES[rank];
    for (let turn = 0; turn < suffixes.length; turn++) {
      const suffix = suffixes[(index + turn) % suffixes.length]!;
      const deck = decks.get(suffix.zh) ?? shuffled(suffix);
      decks.set(suffix.zh, deck);
      const name = deck.pop();
      if (name) return name;
    }
    throw new Error('the word list is too short for this many streets');
  };
}

export const DISTRICTS: readonly Name[] = [
  { zh: '望江区', en: 'River View District' },
  { zh: '凤栖区', en: 'Phoenix Rest District' },
  { zh: '半岛区', en: 'Peninsula District' },
];

/** Administrative streets by the place they are named after. */
export const ADMINISTRATIVE_STREETS: readonly { name: Name; at: readonly [number, number] }[] = [
  { name: { zh: '下半城街道', en: 'Lower Terrace' }, at: [3400, 3000] },
  { name: { zh: '老鹰岩街道', en: 'Eagle Rock' }, at: [1500, 1400] },
  { name: { zh: '南坪集街道', en: 'South Market' }, at: [3900, 1100] },
  { name: { zh: '东滩街道', en: 'East Shoal' }, at: [6000, 1300] },
  { name: { zh: '渡口街道', en: 'Old Ferry' }, at: [900, 3000] },
  { name: { zh: '北门街道', en: 'North Gate' }, at: [900, 4900] },
  { name: { zh: '荷塘街道', en: 'Lotus Pond' }, at: [2400, 5000] },
  { name: { zh: '石门街道', en: 'Stone Gate' }, at: [2500, 3900] },
  { name: { zh: '市民广场街道', en: 'Citizens’ Square' }, at: [3500, 4600] },
  { name: { zh: '翠屏街道', en: 'Green Screen' }, at: [5000, 4800] },
  { name: { zh: '凤栖街道', en: 'Phoenix Rest' }, at: [5200, 3300] },
  { name: { zh: '云顶街道', en: 'Cloud Top' }, at: [6400, 4700] },
];

const SURNAMES =
  '周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛范彭鲁韦马苗方俞任袁柳唐罗薛雷贺倪汤';
const GIVEN =
  '晓岚 志远 秀英 建国 丽华 海燕 思源 文静 国强 春梅 立新 小军 雨桐 佳怡 子涵 明辉 桂芳 永康 玉兰 宏伟 雪梅 俊杰 美玲 德胜 家豪 静怡 浩然 淑珍 振华 红霞 云飞 素芬 向东 彩霞 光明 慧敏 成林 月琴 长江 艳秋'.split(
    ' ',
  );

/** A made-up person's name. */
export const personName = (random: Random): string => random.pick([...SURNAMES]) + random.pick(GIVEN);

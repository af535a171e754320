/** The 24-hour cabins: a small unattended room on the ground floor of a house in the middle of a community, with one machine in it. */
import { Assets } from './features.ts';
import { type CityPlan, communityId } from './plan.ts';
import { distance } from './plane.ts';

/** Communities that have one, by index: on both banks, in all three districts. */
const WITH_A_CABIN = [0, 9, 18, 27, 41, 52];

export function buildKiosks(plan: CityPlan): Assets {
  const assets = new Assets();
  for (const community of WITH_A_CABIN) {
    const own = plan.mesh.quads.filter((quad) => quad.community === community);
    const middle = own[Math.floor(own.length / 2)]!.centre;
    const house = plan.houses
      .filter((each) => plan.quadAt(each.centre)?.community === community)
      .reduce((best, each) => (distance(each.centre, middle) < distance(best.centre, middle) ? each : best));
    const name = plan.communityNames[community]!;
    assets.point(
      'RK',
      'kiosk',
      { zh: `${name.zh}24小时服务小屋`, en: `24-hour cabin, ${name.en}` },
      `${communityId(community)}-grid`,
      house.centre,
      { community: communityId(community), printer_mm: 80 },
    );
  }
  return assets;
}

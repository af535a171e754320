/**
 * The routing engine: pure, one thread, no clock of its own. `createRouter` (router.ts) runs it beside the city.
 */
import { compile } from './model.ts';
import { toPlan } from './plan.ts';
import type { RoutingPlan, RoutingProblem, SearchLimits } from './routing.types.ts';
import { Search, type SearchControl } from './search.ts';
import { widenForCommitted } from './timing.ts';
import { validateLimits, validateProblem } from './validate.ts';

/**
 * Plans routes: what must be served is served when the search finds a way at all, then cost and penalties are as low as it finds.
 * Always answers a plan that can be driven, however short the time; it gets better with time and never worse.
 *
 * @throws CityError `routing.*`, naming the field, when the problem cannot be meant as it is.
 */
export function planRoutes(problem: RoutingProblem, limits: SearchLimits, control: SearchControl): RoutingPlan {
  const began = control.now();
  validateLimits(limits);
  validateProblem(problem);
  const model = compile(problem);
  widenForCommitted(model);
  return toPlan(model, new Search(model, limits.seed).run(limits, control, began));
}

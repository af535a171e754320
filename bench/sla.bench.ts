/** The deadline engine against a real city's own verdicts; see `sla.ts`. */
import './sla.ts';

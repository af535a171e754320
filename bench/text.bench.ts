/** Text understanding on real requests; see `text.ts`. */
import './text.ts';

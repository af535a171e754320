/** Codes of the EPANET toolkit that are used here. They are part of its published interface; the library's own types do not resolve under NodeNext. */
export const NodeCode = { head: 10, demand: 9 } as const;
export const LinkCode = { flow: 8, status: 11, energy: 13 } as const;
export const TimeCode = { hydraulicStep: 1 } as const;
export const OptionCode = { demandMultiplier: 4 } as const;
export const NO_SAVE = 0;

/** The most items that an operation may ask for in one page of any list. */
export const MAX_PAGE_SIZE = 100;
/** The most entities that a router may name in one request: as many payments as one call to the store reads. */
export const MAX_ENTITIES = 100;

/** The rows of a view's title, above what scrolls. */
export const helpTitleRows = 2;
export const detailTitleRows = 2;

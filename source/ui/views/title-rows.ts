/** The rows of a view's title, above what scrolls. */
export const detailTitleRows = 2;

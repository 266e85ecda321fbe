import { createContext, useContext } from 'react';
import { chooseTheme, type Theme } from '../theme/theme.ts';

export const ThemeContext = createContext<Theme>(chooseTheme({}));

/** How tokens and glyphs look here. */
export function useTheme(): Theme {
  return useContext(ThemeContext);
}

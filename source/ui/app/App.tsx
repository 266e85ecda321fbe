import { Box } from 'ink';
import { useMemo } from 'react';
import { Banner } from '../components/Banner.tsx';
import { Header } from '../components/Header.tsx';
import { HintBar } from '../components/HintBar.tsx';
import { Line } from '../components/Line.tsx';
import { Lines } from '../components/Lines.tsx';
import { StatusLine } from '../components/StatusLine.tsx';
import { TitleRule } from '../components/TitleRule.tsx';
import { DashboardContext, type DashboardLinks, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { ThemeContext, useTheme } from '../hooks/use-theme.ts';
import { isTooSmall } from '../keys/focus.ts';
import { bodyHeight, hasRule } from '../state/body-height.ts';
import { type Dialog, isDialog } from '../state/dialogs.ts';
import type { Preferences } from '../state/preferences.ts';
import { type Overlay, type Screen, type Size, smallestSize } from '../state/ui-state.ts';
import { staleTheme, type Theme } from '../theme/theme.ts';
import { CommandsView } from '../views/CommandsView.tsx';
import { DialogView, dialogHeight } from '../views/DialogView.tsx';
import { DetailView } from '../views/detail/DetailView.tsx';
import { ListView } from '../views/ListView.tsx';
import { HealthPanel } from '../views/panels/HealthPanel.tsx';
import { LogPanel } from '../views/panels/LogPanel.tsx';
import { TrackerPanel } from '../views/panels/TrackerPanel.tsx';
import { PublishView } from '../views/publish/PublishView.tsx';
import { QrView } from '../views/QrView.tsx';
import { SettingsView } from '../views/SettingsView.tsx';
import { InputRoot } from './InputRoot.tsx';

interface AppProps {
  readonly links: DashboardLinks;
  /** How things look, as the user prefers them. */
  themeFor(preferences: Preferences): Theme;
}

/** The dashboard: always exactly as large as the terminal. */
export function App({ links, themeFor }: AppProps) {
  return (
    <DashboardContext value={links}>
      <InputRoot input={links.input} terminal={links.terminal} />
      <Themed themeFor={themeFor} />
    </DashboardContext>
  );
}

function Themed({ themeFor }: Pick<AppProps, 'themeFor'>) {
  const preferences = useUi((state) => state.preferences);
  const theme = useMemo(() => themeFor(preferences), [themeFor, preferences]);
  return (
    <ThemeContext value={theme}>
      <Frame />
    </ThemeContext>
  );
}

function Frame() {
  const ui = useUi((state) => state);
  const engine = useEngine((state) => state);
  const { columns: width, rows } = ui.size;
  if (isTooSmall(ui)) return <TooSmall size={ui.size} />;
  return (
    <Box width={width} height={rows} flexDirection="column" overflow="hidden">
      <Header width={width} />
      {hasRule(ui) && <TitleRule width={width} />}
      <Banner width={width} />
      <Body width={width} height={bodyHeight(ui, engine)} />
      <StatusLine width={width} />
      <HintBar width={width} />
    </Box>
  );
}

interface BodyProps {
  readonly width: number;
  readonly height: number;
}

function Body({ width, height }: BodyProps) {
  const theme = useTheme();
  const limit = useEngine((state) => state.status?.limit);
  const isStale = useEngine((state) => state.link.phase === 'lost' && state.status !== null);
  const screen = useUi((state) => state.screen);
  const overlay = useUi((state) => state.overlay);
  const shownTheme = useMemo(() => (isStale ? staleTheme(theme) : theme), [isStale, theme]);
  const dialog = isDialog(overlay) ? overlay : null;
  if (overlay && !isDialog(overlay)) {
    return <FullOverlay overlay={overlay} width={width} height={height} />;
  }
  const taken = dialog ? Math.min(height, dialogHeight(dialog, limit, width, theme.glyphs)) : 0;
  return (
    <>
      <ThemeContext value={shownTheme}>
        <ScreenView screen={screen} width={width} height={height - taken} />
      </ThemeContext>
      {dialog && <DialogView dialog={dialog} width={width} height={taken} />}
    </>
  );
}

interface FullOverlayProps extends BodyProps {
  readonly overlay: Exclude<Overlay, Dialog>;
}

/** What takes the whole body while it is in front. */
function FullOverlay({ overlay, width, height }: FullOverlayProps) {
  switch (overlay.name) {
    case 'help':
    case 'palette':
      return <CommandsView kind={overlay.name} search={overlay} width={width} height={height} />;
    case 'qr': {
      const link = overlay.links[overlay.shown];
      return link ? (
        <QrView link={link} width={width} height={height} />
      ) : (
        <Lines
          lines={[[{ text: ' Reading its links', as: 'muted' }]]}
          width={width}
          height={height}
        />
      );
    }
  }
}

function ScreenView({ screen, width, height }: BodyProps & { readonly screen: Screen }) {
  switch (screen.name) {
    case 'list':
      return <ListView width={width} height={height} />;
    case 'detail':
      return <DetailView id={screen.id} width={width} height={height} />;
    case 'tracker':
      return <TrackerPanel width={width} height={height} />;
    case 'health':
      return <HealthPanel width={width} height={height} />;
    case 'log':
      return <LogPanel width={width} height={height} />;
    case 'settings':
      return <SettingsView width={width} height={height} />;
    case 'publish':
      return <PublishView step={screen.step} width={width} height={height} />;
  }
}

function TooSmall({ size }: { readonly size: Size }) {
  const needed = `${smallestSize.columns}x${smallestSize.rows}`;
  const here = `${size.columns}x${size.rows}`;
  const long = `everseed needs ${needed}, this is ${here}; q leaves`;
  const text = long.length <= size.columns ? long : `${needed} needed, ${here} here`;
  return (
    <Box width={size.columns} height={size.rows} flexDirection="column" overflow="hidden">
      <Line width={size.columns} spans={[{ text, as: 'warning' }]} />
      <Lines lines={[]} width={size.columns} height={size.rows - 1} />
    </Box>
  );
}

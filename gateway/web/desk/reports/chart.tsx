/* One chart: a few series over the same days. The numbers stand in a table beside it; the chart is for looking. */

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { language } from '../words';
import { w } from './words';

export interface Series {
  name: string;
  /** null: nothing to show for that day. */
  values: (number | null)[];
  bars?: boolean;
}

interface Props {
  title: string;
  /** What stands under the x axis, one for each value. */
  labels: string[];
  /** What a label is: a day, an hour. */
  of?: 'day' | 'hour';
  series: Series[];
  /** The scale's ends, when they are fixed. */
  range?: [number, number];
  show(value: number | null): string;
}

const HEIGHT = 180;
/** Steps of an axis that counts. */
const WHOLE = [1, 2, 5].flatMap((n) => [n, n * 10, n * 100, n * 1000, n * 10_000]).sort((a, b) => a - b);
const COLOURS = ['--accent', '--ok', '--warn'];
const dark = matchMedia('(prefers-color-scheme: dark)');

function options(p: Props, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${style.getPropertyValue('--font')}`;
  const axis = { stroke: colour('--text-dim'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.6, 36] });
  return {
    width,
    height: HEIGHT,
    scales: { x: { time: false, range: [-0.5, p.labels.length - 0.5] }, y: { range: p.range ?? ((_, __, most) => [0, Math.max(1, most * 1.1)]) } },
    cursor: { y: false, points: { size: 7 } },
    legend: { live: true, markers: { width: 0, fill: (_, i) => colour(COLOURS[(i - 1) % COLOURS.length] ?? '--accent') } },
    axes: [
      { ...axis, size: 30, space: 70, grid: { show: false }, incrs: [1, 2, 3, 5, 7, 14, 28], values: (_, at) => at.map((i) => p.labels[i] ?? '') },
      { ...axis, size: 48, ...(p.series.some((s) => s.bars) ? { incrs: WHOLE } : {}), values: (_, at) => at.map((v) => new Intl.NumberFormat(language.value).format(v)) },
    ],
    series: [
      { label: w(p.of ?? 'day'), value: (_, i) => (i === null ? '–' : (p.labels[i] ?? '')) },
      ...p.series.map((s, i) => {
        const stroke = colour(COLOURS[i % COLOURS.length] ?? '--accent');
        const look: uPlot.Series = { label: s.name, stroke, width: 2, spanGaps: true, points: { show: p.labels.length < 32, size: 5, fill: stroke }, value: (_, v) => p.show(v) };
        return s.bars && bars ? { ...look, fill: `${stroke}66`, width: 1, paths: bars, points: { show: false } } : look;
      }),
    ],
  };
}

export function Chart(p: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const data: uPlot.AlignedData = [p.labels.map((_, i) => i), ...p.series.map((s) => s.values)];
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      plot = new uPlot(options(p, Math.max(200, element.clientWidth)), data, element);
      (element as HTMLElement & { plot?: uPlot }).plot = plot;
    };
    draw();
    const watch = new ResizeObserver(() => plot?.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }));
    watch.observe(element);
    dark.addEventListener('change', draw);
    return () => {
      watch.disconnect();
      dark.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [JSON.stringify([p.labels, p.series]), language.value]);
  return (
    <figure class="chart" role="img" aria-label={p.title}>
      <figcaption>{p.title}</figcaption>
      <div ref={box} data-chart={p.title} />
    </figure>
  );
}

import { SimulatedClock } from '../local/simulated-clock.ts';

/** The real time, for a world whose handler runs in a process of its own. */
export class WallClock extends SimulatedClock {
  override now = () => Date.now();

  constructor() {
    super(0);
  }
}

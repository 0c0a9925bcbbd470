import { SimulatedClock } from '../../../local/simulated-clock.ts';

/** For servers whose clients are other processes: their time is the real one. */
export class WallClock extends SimulatedClock {
  override now = () => Date.now();
}

import { CatchUp as RealCatchUp } from '../../assets/cable/catch-up.ts';

/** A page's catch-up that is switched off: whatever the page may lack, nothing is asked. */
export class CatchUp extends RealCatchUp {
  override wish(): void {}
  override wishForMissing(): void {}
}

import type { ColumnProfile } from './profile.js';
import type { TextProfile } from './text-profile.js';

/** A column of the feature table, as the report shows it. */
export interface FeatureProfile extends ColumnProfile {
  /** Only for text and boolean features. */
  text?: TextProfile;
  /** How much the feature alone says about the label, 0.5–1. */
  strength?: number;
}

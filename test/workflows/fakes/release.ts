export { release } from '../../../workflows/release/release.js';

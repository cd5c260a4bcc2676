export { release } from '../../../workflows/release.js';

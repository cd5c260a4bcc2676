export { difference, metricLabel, percent, value } from '../../contracts/figures.js';

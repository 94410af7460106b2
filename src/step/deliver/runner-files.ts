/** The part of @actions/core that a step with something to deliver needs; named, so that the rest of it is left out. */
export { addPath, exportVariable } from '@actions/core';

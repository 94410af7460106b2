/** The part of @actions/core that delivery needs. The names are listed so that the bundle leaves out the rest. */
export { addPath, exportVariable } from '@actions/core';

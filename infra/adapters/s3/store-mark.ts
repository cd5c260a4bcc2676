import type { ObjectStore } from '../../../activities/ports/object-store.js';
import { StoreMark } from '../../../contracts/store-ages.js';
import type { MarkedStore } from '../../../operations/ports/marked-store.js';

/** One mark for each installation that shares the bucket. */
export const markInObjects = (objects: Pick<ObjectStore, 'get' | 'put'>, engineId: string): MarkedStore => {
  const key = `marks/${encodeURIComponent(engineId)}.json`;
  return {
    name: 'the object store',
    read: async () => {
      const found = await objects.get(key);
      return found && StoreMark.parse(JSON.parse(found.body.toString()));
    },
    write: (mark) => objects.put(key, Buffer.from(JSON.stringify(mark))),
  };
};

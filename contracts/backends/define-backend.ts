import { z } from 'zod';

/** One kind of job backend, as contracts and documents know it. `infra/adapters/jobs/<name>/` makes it real. */
export interface Backend<
  Name extends string = string,
  Form extends z.ZodType | undefined = z.ZodType | undefined,
> {
  name: Name;
  /** One sentence that says where the jobs run. */
  summary: string;
  /** Requirements of the engine on the backend, in words. */
  rule: string;
  /** The variable that connects an installation to it, with an example. */
  connect: string;
  /** Its part of `training.placement`. Undefined if it has no options. */
  form: Form;
  /** True when other installations may run jobs on it too, so that a job without a row may be theirs. */
  shared: boolean;
  /** True when its engine assigns accelerators to jobs. False when the pool must. */
  assignsDevices: boolean;
}

/** Declare a backend. The folder's generated record finds it by its file. */
export const defineBackend = <const Name extends string, Form extends z.ZodType | undefined>(
  backend: Backend<Name, Form>,
): Backend<Name, Form> => backend;

/** An option of a placement, such as the name of a partition. */
export const placementName = z.string().min(1).max(63);

/*
 * To be imported before anything else by the process that serves. Files are read by a pool of
 * threads that the whole process shares. A read from a disk that does not answer keeps its thread,
 * so there are more than are ever needed otherwise: those of some silent disks (`disks/`), and some.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '48';

/** The in-process bus: per topic one queue, handled in order, one message at a time. */
import type { Bus, Log } from '#kernel/ports.ts';

type Handler = (message: unknown) => void | Promise<void>;

interface Topic {
  readonly handlers: Handler[];
  readonly waiting: unknown[];
  running: Promise<void> | undefined;
}

export function createBus<Topics extends object>(log: Log): Bus<Topics> {
  const topics = new Map<string, Topic>();
  const topicOf = (name: string): Topic => {
    let topic = topics.get(name);
    if (topic === undefined) {
      topic = { handlers: [], waiting: [], running: undefined };
      topics.set(name, topic);
    }
    return topic;
  };

  async function drain(name: string, topic: Topic): Promise<void> {
    for (let message = topic.waiting.shift(); message !== undefined; message = topic.waiting.shift()) {
      for (const handler of topic.handlers) {
        try {
          await handler(message);
        } catch (error) {
          log.error(
            { topic: name, error: (error as Error).message, stack: (error as Error).stack },
            'A handler failed',
          );
        }
      }
    }
    topic.running = undefined;
  }

  return {
    publish(name, message) {
      const topic = topicOf(name);
      topic.waiting.push(message);
      topic.running ??= Promise.resolve().then(() => drain(name, topic));
    },
    subscribe(name, handler) {
      const topic = topicOf(name);
      topic.handlers.push(handler as Handler);
      return () => {
        topic.handlers.splice(topic.handlers.indexOf(handler as Handler), 1);
      };
    },
    async settled() {
      for (
        let busy = [...topics.values()].filter((topic) => topic.running);
        busy.length > 0;
        busy = [...topics.values()].filter((topic) => topic.running)
      ) {
        await Promise.all(busy.map((topic) => topic.running));
      }
    },
  };
}

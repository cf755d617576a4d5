// The search of the site works in a worker, which browsers refuse to pages that are opened from disk.
// There a frame takes its place: it loads the same script, and messages go both ways. That script
// looks for `IFrameWorker`, and waits for importScripts.
if (location.protocol === "file:") {
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.srcdoc = "<!doctype html><title>Search</title>";
      this.ready = new Promise((resolve) => {
        this.frame.onload = resolve;
      }).then(() => {
        const inside = this.frame.contentWindow;
        inside.importScripts = async (...addresses) => {
          for (const each of addresses) {
            await this.load(each);
          }
        };
        inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
        return this.load(new URL(address, location.href).href);
      });
      document.body.append(this.frame);
    }

    load(address) {
      return new Promise((resolve, reject) => {
        const script = this.frame.contentDocument.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`${address} is not there`));
        this.frame.contentDocument.head.append(script);
      });
    }

    async postMessage(data) {
      await this.ready;
      this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
